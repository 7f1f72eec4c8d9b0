# NOT RUN on our machines: we have no Windows. Written against the documentation of PyInstaller and Inno Setup 6, from
# the recipe that runs on Debian (packaging/build.sh). Whoever runs it first: say what had to change.
#
# The tablet app as a folder and an installer. Needs Python 3.11 (the py launcher) and Inno Setup 6 (iscc on the path).
#
#   powershell -ExecutionPolicy Bypass -File packaging\windows\build.ps1

$ErrorActionPreference = "Stop"
Set-Location (Join-Path $PSScriptRoot "..\..")

function Run([string] $Program, [string[]] $Arguments) {
    & $Program @Arguments
    if ($LASTEXITCODE -ne 0) { throw "$Program $Arguments ended with $LASTEXITCODE" }
}

if (-not (Test-Path ".venv\Scripts\python.exe")) {
    Run "py" @("-3.11", "-m", "venv", ".venv")
}
$Python = ".venv\Scripts\python.exe"
Run $Python @("-m", "pip", "install", "--quiet", "--require-hashes", "-r", "requirements.lock")
Run $Python @("-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "-e", ".")
Run $Python @("packaging\icons.py")
Run $Python @("-m", "PyInstaller", "--noconfirm", "--log-level", "WARN", "--distpath", "build\bundle\dist",
    "--workpath", "build\bundle\work", "packaging\trunkline.spec")

# A program without a console has no standard output to answer on: its exit code is the answer.
$Check = Start-Process -FilePath "build\bundle\dist\trunkline\trunkline.exe" -ArgumentList "--self-check" -Wait -PassThru
if ($Check.ExitCode -ne 0) { throw "the bundle does not start: $($Check.ExitCode)" }

$Version = & $Python -c "import tomllib; print(tomllib.load(open('pyproject.toml', 'rb'))['project']['version'])"
Run "iscc" @("/Qp", "/DVersion=$Version", "packaging\windows\trunkline.iss")
Write-Host "build\trunkline-$Version-setup.exe"
