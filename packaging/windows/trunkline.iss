; NOT RUN on our machines: we have no Windows. Started by build.ps1, which says more.
;
; Installs for one user without asking for an administrator, as a tablet's user rarely is one. What the app keeps is in
; the user's own data folder, which neither an update nor an uninstall touches: an outbox may hold unsent work.

#ifndef Version
  #error "start this through build.ps1, which passes the version"
#endif

[Setup]
AppId={{5B0E2D0B-3C1A-4E66-9C0D-7D1B8A0C6F11}
AppName=Trunkline
AppVersion={#Version}
AppPublisher=The Trunkline developers
DefaultDirName={autopf}\Trunkline
DisableProgramGroupPage=yes
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
OutputDir=..\..\build
OutputBaseFilename=trunkline-{#Version}-setup
SetupIconFile=..\..\build\icons\trunkline.ico
UninstallDisplayIcon={app}\trunkline.exe
LicenseFile=..\..\LICENSE
Compression=lzma2
SolidCompression=yes
WizardStyle=modern
CloseApplications=yes

[Files]
Source: "..\..\build\bundle\dist\trunkline\*"; DestDir: "{app}"; Flags: recursesubdirs ignoreversion

[InstallDelete]
; Libraries of the version before must not lie beside those of this one.
Type: filesandordirs; Name: "{app}\_internal"

[Icons]
Name: "{autoprograms}\Trunkline"; Filename: "{app}\trunkline.exe"
Name: "{autodesktop}\Trunkline"; Filename: "{app}\trunkline.exe"; Tasks: desktopicon

[Tasks]
Name: "desktopicon"; Description: "{cm:CreateDesktopIcon}"; Flags: unchecked

[Run]
Filename: "{app}\trunkline.exe"; Description: "{cm:LaunchProgram,Trunkline}"; Flags: nowait postinstall skipifsilent
