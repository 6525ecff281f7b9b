# The tour of the README for PowerShell 7. The origin and the server run in two other terminals:
#   npx -y bun@1.4.5 run reelog origin
#   $env:DATA_DIR = "$env:TEMP/reelog-tour"; $env:ALLOWED_ASSET_DOMAINS = '*,127.0.0.1:8001'; npx -y bun@1.4.5 run start
$ErrorActionPreference = 'Stop'
$API = 'http://127.0.0.1:8000/api/v3'
$MEDIA = 'http://127.0.0.1:8001'
Set-Location (New-Item -ItemType Directory (Join-Path ([IO.Path]::GetTempPath()) ([Guid]::NewGuid())))

function Send($Method, $Path, $Body, $Headers = @{}) {
  $Json = $Body | ConvertTo-Json -Depth 9
  (Invoke-RestMethod -Method $Method -Uri "$API$Path" -ContentType 'application/json' -Headers $Headers -Body $Json).data
}
function Read-Data($Path) { (Invoke-RestMethod -Uri "$API$Path").data }

# Import an image, a video, a sound file and a PDF by URL.
$IMAGE = (Send POST '/assets/from-url' @{ name = 'Lantern'; type = 'image'; url = "$MEDIA/lantern.jpg" }).id
$VIDEO = (Send POST '/assets/from-url' @{ name = 'Campfire'; type = 'video'; url = "$MEDIA/campfire.mp4" }).id
$SOUND = (Send POST '/assets/from-url' @{ name = 'Evening'; type = 'audio'; url = "$MEDIA/evening.mp3" }).id
$PAPER = (Send POST '/assets/from-url' @{ name = 'Brochure'; type = 'document'; url = "$MEDIA/brochure.pdf"; tags = @('print') }).id

# Read them back, and upload a file.
Read-Data '/assets?asset_type=video&limit=10'
Read-Data "/assets/$PAPER"
Invoke-WebRequest -Uri "$API/assets/$PAPER/thumbnail" -OutFile brochure.webp
(Invoke-WebRequest -Uri "$API/assets/$VIDEO/data" -Headers @{ Range = 'bytes=0-1023' }).Headers['Content-Range']
(Invoke-RestMethod -Method POST -Uri "$API/assets" -Form @{ file = Get-Item brochure.webp; name = 'The brochure as a picture' }).data

# Create a job from a brief.
$CLIENT = (Send POST '/clients' @{
    name = 'Aurora Outdoors'
    brandGuidelines = @{ colors = @('#ff7a1a'); restrictions = @('never say cheap') }
  }).id
$BRIEF = @{
  context = @{ clientId = $CLIENT }
  adBasics = @{
    product = 'Aurora solar lantern'
    targetAudience = 'weekend campers who pack light'
    keyMessage = 'Light for three nights from one day of sun'
    callToAction = 'Order yours at aurora.example'
  }
  creative = @{
    videoSpecs = @{ duration = 15; format = '16:9'; resolution = '480p' }
    direction = @{ style = 'warm documentary'; tone = 'calm' }
    assets = @(
      @{ assetId = $IMAGE; role = 'product_shot' }
      @{ assetId = $VIDEO; role = 'background' }
      @{ assetId = $SOUND }
      @{ url = "$MEDIA/tent.webp"; role = 'lifestyle' }
    )
  }
}
Send POST '/jobs/dry-run' $BRIEF
$JOB = (Send POST '/jobs' $BRIEF @{ Prefer = 'wait=30' }).id
Read-Data "/jobs/$JOB/scenes"
Invoke-WebRequest -Uri "$API/jobs/$JOB/storyboard.png" -OutFile storyboard.png

# Revise it, and approve exactly what was seen.
Send PUT "/jobs/$JOB/scenes/1" @{ duration = 4.5 }
Send POST "/jobs/$JOB/scenes/2/regenerate" @{ feedback = 'Shorter, and show the product' }
Send POST "/jobs/$JOB/actions" @{ action = 'reject_storyboard'; payload = @{ feedback = 'Calmer' } } @{ Prefer = 'wait=30' }
$ETAG = (Invoke-WebRequest -Uri "$API/jobs/$JOB").Headers['ETag'][0]
(Send POST "/jobs/$JOB/actions" @{ action = 'approve' } @{ 'If-Match' = $ETAG; Prefer = 'wait=60' }).videoUrl
Invoke-WebRequest -Uri "$API/jobs/$JOB/video" -OutFile ad.mp4
Invoke-WebRequest -Uri "$API/jobs/$JOB/captions.srt" -OutFile ad.srt
Invoke-WebRequest -Uri "$API/jobs/$JOB/audio/mix.wav" -OutFile ad.wav

# See what happened.
Read-Data "/jobs/$JOB/history?limit=5"
Read-Data "/jobs/$JOB/scenes/1/revisions"
$POSITION = (Read-Data "/jobs/$JOB/history?limit=5")[4].position
(Read-Data "/jobs/${JOB}?at=$POSITION").status
Get-Location
